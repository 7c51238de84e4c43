// Adds up the marks of a ballot as they are made. Without it, a button has the server do so.
for (const basket of document.querySelectorAll("[data-basket]")) {
  const part = (name) => basket.querySelector(`[data-basket-${name}]`);
  const boxes = [...basket.closest("form").querySelectorAll("[data-cost]")];
  const words = (yuan) =>
    yuan.toLocaleString("en-US", {
      minimumFractionDigits: Number.isInteger(yuan) ? 0 : 2,
      maximumFractionDigits: 2,
    });
  const add = () => {
    const marked = boxes.filter((box) => box.checked);
    // In fen: sums of whole numbers are exact.
    const fen = marked.reduce((sum, box) => sum + Math.round(Number(box.dataset.cost) * 100), 0);
    part("marks").textContent = marked.length;
    part("cost").textContent = words(fen / 100);
    part("many").hidden = marked.length <= Number(basket.dataset.most);
    part("beyond").hidden = fen <= Math.round(Number(basket.dataset.amount) * 100);
  };
  part("again").hidden = true;
  for (const box of boxes) box.addEventListener("change", add);
  window.addEventListener("pageshow", add); // a browser that goes back brings the marks along
  add();
}
