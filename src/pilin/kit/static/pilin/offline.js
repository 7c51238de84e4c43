// For a host in a village hall without a network: the last pages stay readable, and what is typed stays
// on the device until it could be sent. Never kept: what is sealed, files, and anything after signing out.
const NOTES = "pilin-note:";
const banner = document.getElementById("offline");
const tell = () => { if (banner) banner.hidden = navigator.onLine; };
addEventListener("online", tell);
addEventListener("offline", tell);
tell();
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});

const fields = (form) => [...form.elements].filter((one) => one.name && !one.dataset.sealed
  && !["hidden", "file", "submit", "button", "password"].includes(one.type));
const form = document.querySelector("form[data-draft]");
const key = NOTES + location.pathname;

if (form) {
  const kept = JSON.parse(localStorage.getItem(key) || "null");
  if (kept && !form.querySelector(".error")) {
    for (const one of fields(form)) {
      const value = kept[one.name];
      if (value === undefined) continue;
      if (one.type === "checkbox" || one.type === "radio") one.checked = value.includes(one.value);
      else if (!one.value) one.value = value;
    }
  }
  form.addEventListener("input", () => {
    const said = {};
    for (const one of fields(form)) {
      if (one.type === "checkbox" || one.type === "radio") {
        said[one.name] ||= [];
        if (one.checked) said[one.name].push(one.value);
      } else said[one.name] = one.value;
    }
    localStorage.setItem(key, JSON.stringify(said));
  });
}

document.addEventListener("submit", (event) => {
  if (!navigator.onLine && event.target.method === "post") {
    event.preventDefault();
    if (banner) { banner.hidden = false; banner.scrollIntoView(); }
    return;
  }
  localStorage.removeItem(key); // from here on the server keeps it
  if (event.target.action.endsWith("/account/logout/")) {
    for (const name of Object.keys(localStorage)) if (name.startsWith(NOTES)) localStorage.removeItem(name);
    if (window.caches) caches.keys().then((all) => all.forEach((name) => caches.delete(name)));
  }
}, true);
