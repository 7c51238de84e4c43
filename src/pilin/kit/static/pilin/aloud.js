// Reads the page aloud where the browser has a voice for its language. Without it nothing is missing.
(() => {
  "use strict";
  const button = document.querySelector("[data-aloud]");
  const speech = window.speechSynthesis;
  if (!button || !speech) return;
  const lang = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
  const voice = () => speech.getVoices().find((one) => one.lang.toLowerCase().startsWith(lang));
  const show = () => { button.hidden = !voice(); };
  show();
  speech.addEventListener?.("voiceschanged", show);

  const stop = () => {
    speech.cancel();
    button.setAttribute("aria-pressed", "false");
  };
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-pressed") === "true") return stop();
    const parts = document.querySelectorAll(button.dataset.aloud);
    const words = [...parts].map((part) => part.innerText.trim()).filter(Boolean);
    button.setAttribute("aria-pressed", "true");
    words.forEach((text, n) => {
      const said = new SpeechSynthesisUtterance(text);
      said.voice = voice();
      said.lang = said.voice.lang;
      said.rate = 0.9;
      if (n === words.length - 1) said.onend = stop;
      speech.speak(said);
    });
  });
  window.addEventListener("pagehide", stop);
})();
