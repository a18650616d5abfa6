// Comforts of pages of things: lists that take a moment come when they are scrolled to, and a
// picture can be zoomed. Without scripts, links do the same.
const fetched = async (href) => {
  const address = new URL(href);
  address.searchParams.set("alone", "1");
  const reply = await fetch(address);
  if (!reply.ok) throw new Error(reply.statusText);
  return new DOMParser().parseFromString(await reply.text(), "text/html");
};

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) load(entry.target);
});
const load = async (link) => {
  seen.unobserve(link);
  const section = link.closest("section");
  section.setAttribute("aria-busy", "true");
  try {
    const page = await fetched(link.href);
    section.replaceWith(document.adoptNode(page.getElementById(section.id)));
  } catch {
    section.removeAttribute("aria-busy");
  }
};
for (const link of document.querySelectorAll("[data-part]")) {
  seen.observe(link);
  link.addEventListener("click", (event) => { event.preventDefault(); load(link); });
}

// A click on the picture makes it as large as it is; then it scrolls in its frame.
const frame = document.querySelector("[data-pan]");
if (frame) {
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", "Picture, Enter makes it larger or smaller");
  let moved = 0;
  const turn = () => frame.classList.toggle("large");
  frame.addEventListener("click", () => { if (moved < 5) turn(); });
  frame.addEventListener("keydown", (event) => { if (event.key === "Enter") turn(); });
  frame.addEventListener("pointerdown", () => { moved = 0; });
  frame.addEventListener("pointermove", (event) => {
    if (!event.buttons || event.pointerType !== "mouse") return;
    moved += Math.abs(event.movementX) + Math.abs(event.movementY);
    frame.scrollBy(-event.movementX, -event.movementY);
  });
  frame.querySelector("img").draggable = false;
}
