// A point on a map without going to the server: a tap sets it, and so may the device. Everything works without.
for (const map of document.querySelectorAll("input[data-point]")) {
  const typed = document.getElementById(map.dataset.point);
  const said = document.querySelector(`[data-said="${map.dataset.point}"]`);
  const here = document.querySelector(`[data-here="${map.dataset.point}"]`);
  const [west, south, east, north] = map.dataset.box.split(",").map(Number);
  const office = map.dataset.chooses && map.form.elements[map.dataset.chooses];
  map.classList.add("point-live");

  const show = async () => {
    const at = typed.value;
    const url = new URL(map.src);
    url.searchParams.set("at", at);
    map.src = url;
    said.textContent = "";
    const answer = await fetch(`/map/at/?at=${encodeURIComponent(at)}`).catch(() => null);
    if (!answer || !answer.ok || typed.value !== at) return;
    const found = await answer.json();
    said.textContent = found.said;
    const offered = office ? [...office.options].map((option) => option.value) : [];
    const first = found.organisations.map(String).find((key) => offered.includes(key));
    if (first) office.value = first;
  };

  const set = (lat, lon) => {
    typed.value = `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
    typed.dispatchEvent(new Event("input", { bubbles: true }));
    show();
  };
  typed.addEventListener("change", show);

  map.addEventListener("click", (event) => {
    if (!event.clientX && !event.clientY) return; // Enter in another field
    event.preventDefault();
    const box = map.getBoundingClientRect();
    const right = (event.clientX - box.left) / box.width;
    const down = (event.clientY - box.top) / box.height;
    set(north - down * (north - south), west + right * (east - west));
  });

  if (here && navigator.geolocation && isSecureContext) {
    here.hidden = false;
    here.addEventListener("click", () => {
      navigator.geolocation.getCurrentPosition(
        (place) => set(place.coords.latitude, place.coords.longitude),
        () => { said.textContent = here.dataset.no; },
        { enableHighAccuracy: true, timeout: 15000 },
      );
    });
  }
}
