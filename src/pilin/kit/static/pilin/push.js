// Lets this browser show notices though no page is open. Without it, notices stand in their page.
const place = document.querySelector(".device");
const registered = "serviceWorker" in navigator && "PushManager" in window;
if (place && registered) {
  place.hidden = false;
  const status = place.querySelector("[role=status]");
  place.querySelector("button").addEventListener("click", async () => {
    try {
      const worker = await navigator.serviceWorker.ready;
      const raw = atob(place.dataset.key.replace(/-/g, "+").replace(/_/g, "/"));
      const found = await worker.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: Uint8Array.from(raw, (sign) => sign.charCodeAt(0)),
      });
      const { endpoint, keys } = found.toJSON();
      const said = new FormData(place.querySelector("form"));
      said.set("endpoint", endpoint);
      said.set("key", keys.p256dh);
      said.set("secret", keys.auth);
      const answer = await fetch(place.dataset.url, { method: "POST", body: said });
      if (!answer.ok) throw new Error(answer.status);
      status.textContent = status.dataset.done;
    } catch (error) {
      status.textContent = status.dataset.failed;
    }
  });
}
