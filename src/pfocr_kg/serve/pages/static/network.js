// Moves and zooms the drawing of a network. Buttons, + and - and 0 zoom; arrows and the pointer move.
const drawing = document.getElementById("drawing");
const tools = document.querySelector("[data-network-tools]");
if (drawing && tools) {
  const [, , width, height] = drawing.getAttribute("viewBox").split(" ").map(Number);
  let view = { x: 0, y: 0, scale: 1 };
  const show = () => {
    const [w, h] = [width / view.scale, height / view.scale];
    view.x = Math.min(Math.max(view.x, 0), width - w);
    view.y = Math.min(Math.max(view.y, 0), height - h);
    drawing.setAttribute("viewBox", `${view.x} ${view.y} ${w} ${h}`);
    drawing.classList.toggle("zoomed", view.scale > 1);
  };
  // Keeps the point (a, b), as shares of the drawing, in its place.
  const zoom = (factor, a = 0.5, b = 0.5) => {
    const scale = Math.min(Math.max(view.scale * factor, 1), 8);
    view.x += a * width * (1 / view.scale - 1 / scale);
    view.y += b * height * (1 / view.scale - 1 / scale);
    view.scale = scale;
    show();
  };
  const move = (dx, dy) => {
    view.x += (dx * width) / view.scale;
    view.y += (dy * height) / view.scale;
    show();
  };
  const act = { in: () => zoom(1.5), out: () => zoom(1 / 1.5), all: () => zoom(0) };
  tools.hidden = false;
  for (const button of tools.querySelectorAll("[data-zoom]")) button.addEventListener("click", act[button.dataset.zoom]);

  const keys = { "+": act.in, "=": act.in, "-": act.out, 0: act.all };
  const arrows = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] };
  drawing.parentElement.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (keys[event.key]) keys[event.key]();
    else if (arrows[event.key] && view.scale > 1) move(...arrows[event.key]);
    else return;
    event.preventDefault();
  });
  drawing.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return; // without Ctrl the page scrolls
    event.preventDefault();
    const box = drawing.getBoundingClientRect();
    zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  }, { passive: false });

  let held = null;
  drawing.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && view.scale > 1) held = { x: event.clientX, y: event.clientY, moved: false };
  });
  addEventListener("pointermove", (event) => {
    if (!held) return;
    const box = drawing.getBoundingClientRect();
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    if (!held.moved && Math.hypot(dx, dy) < 4) return;
    move(-dx / box.width, -dy / box.height);
    held = { x: event.clientX, y: event.clientY, moved: true };
  });
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(() => { held = null; }));
  drawing.addEventListener("click", (event) => { if (held?.moved) event.preventDefault(); }, true);
  drawing.addEventListener("dragstart", (event) => event.preventDefault());
}
