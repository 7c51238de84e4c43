// Shows how many have voted while the page lies open. Without it, the number is that of the page.
for (const line of document.querySelectorAll("[data-live]")) {
  const source = new EventSource(line.dataset.live);
  source.addEventListener("counts", (event) => {
    const told = JSON.parse(event.data);
    for (const name of ["voters", "ballots"]) {
      const place = line.querySelector(`[data-live-${name}]`);
      if (place) place.textContent = told[name].toLocaleString("en-US"); // as |count has it
    }
    if (told.closed) source.close();
  });
}
