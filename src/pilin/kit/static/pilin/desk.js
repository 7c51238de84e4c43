// The desk by keyboard. Everything works without: rows are links, ticks are check boxes.
"use strict";
const lines = [...document.querySelectorAll(".line")];
const hint = document.getElementById("desk-keys");
if (hint && lines.length) hint.hidden = false;
const link = (line) => line.querySelector("h3 a");
const here = () => lines.findIndex((line) => line.contains(document.activeElement));
const go = (n) => {
  const line = lines[Math.max(0, Math.min(lines.length - 1, n))];
  if (line) link(line).focus();
};
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input:not([type=checkbox]), textarea, select");
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
