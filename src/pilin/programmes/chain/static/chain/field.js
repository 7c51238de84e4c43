// A record made without a network waits on this phone, and is sent when there is one: once, by its token,
// and only by whoever made it, should others use the phone.
const list = document.querySelector("#waiting ul");
const box = document.getElementById("waiting");
const taps = document.querySelector(".field-taps");
const KEY = `pilin-field:${taps.dataset.who}`;
const kept = () => JSON.parse(localStorage.getItem(KEY) || "[]");
const keep = (rows) => { localStorage.setItem(KEY, JSON.stringify(rows)); show(); };

function show() {
  const rows = kept();
  box.hidden = !rows.length;
  list.replaceChildren(...rows.map((row) => {
    const item = document.createElement("li");
    const words = document.createElement("span");
    words.textContent = `${row.words} · ${row.data.amount}${row.why ? ` – ${row.why}` : ""}`;
    item.append(words);
    if (row.why) {
      const drop = document.createElement("button");
      drop.className = "button-quiet button";
      drop.textContent = taps.dataset.drop;
      drop.onclick = () => keep(kept().filter((one) => one.data.token !== row.data.token));
      item.append(drop);
    }
    return item;
  }));
}

let sending = false;
async function send() {
  if (sending || !navigator.onLine) return;
  sending = true;
  let sent = 0;
  try {
    const key = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
    for (const row of kept().filter((one) => !one.why)) {
      const body = new URLSearchParams({ ...row.data, csrfmiddlewaretoken: key || "" });
      const answer = await fetch(location.pathname, {
        method: "POST", body, headers: { Accept: "application/json" }, redirect: "error",
      });
      if (answer.ok) {
        sent += 1;
        keep(kept().filter((one) => one.data.token !== row.data.token));
      } else if (answer.status === 422) {
        const { refused } = await answer.json();
        keep(kept().map((one) => (one.data.token === row.data.token ? { ...one, why: refused } : one)));
      } else break; // signed out, or the server is not well: later
    }
  } catch (error) {
    // no network after all: it goes on waiting
  } finally {
    sending = false;
    if (kept().some((one) => !one.why)) setTimeout(send, 5000); // there was no network after all
  }
  if (sent && !kept().length) location.reload();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("kept" in form.dataset)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const data = Object.fromEntries(new FormData(form));
  delete data.csrfmiddlewaretoken;
  if (!kept().some((one) => one.data.token === data.token)) keep([...kept(), { words: form.dataset.words, data }]);
  form.closest("details").open = false;
  form.closest("details").hidden = true;
  box.scrollIntoView();
  send();
}, true);
addEventListener("online", send);
show();
send();
