// The desk by keyboard, and a refusal shown whole. Everything works without: rows are links, ticks are
// check boxes, buttons send a form.
const rows = () => [...document.querySelectorAll(".line")];
const hint = document.getElementById("desk-keys");
if (hint && rows().length) hint.hidden = false;
const link = (line) => line.querySelector("h3 a");
const here = () => rows().findIndex((line) => line.contains(document.activeElement));
let last = 0; // the row one was at, which may be gone once its step is taken
const go = (n) => {
  const lines = rows();
  const line = lines[Math.max(0, Math.min(lines.length - 1, n))];
  if (line) link(line).focus();
};
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input:not([type=checkbox]), textarea, select");
  const lines = rows();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !lines.length) return;
  const line = lines[here()];
  const tick = line && line.querySelector("[type=checkbox]");
  const step = line && line.querySelector(".line-do .button");
  if (event.key === "j") go(here() + 1);
  else if (event.key === "k") go(here() - 1);
  else if (event.key === "x" && tick) tick.click();
  else if (event.key === "e" && step) step.click();
  else return;
  event.preventDefault();
});
document.addEventListener("htmx:beforeRequest", () => { last = Math.max(0, here()); });
document.addEventListener("htmx:afterSettle", () => { if (here() < 0) go(last); });
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status < 400) return;
  detail.shouldSwap = true;
  detail.isError = false;
  detail.target = document.querySelector("main");
  detail.selectOverride = "main";
  detail.swapOverride = "outerHTML";
});
