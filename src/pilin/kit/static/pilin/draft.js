// Keeps what was typed where somebody leaves a form without sending it.
const form = document.querySelector("form[data-draft]");
let typed = false;

function keep() {
  if (!typed) return;
  typed = false;
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  data.set("do", "leave");
  navigator.sendBeacon(location.pathname, data);
}

if (form) {
  form.addEventListener("input", () => { typed = true; });
  document.addEventListener("submit", () => { typed = false; });
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
}
