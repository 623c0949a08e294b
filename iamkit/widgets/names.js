// ipywidgets gives the handle of a slider no name, and as its value the number of the stop, not what stands there.
// This gives it both, for those who hear the page: the label before the slider, and the text after it.

function name(panel) {
  for (const slider of panel.querySelectorAll(".widget-slider")) {
    const handle = slider.querySelector("[role=slider]");
    const label = slider.querySelector(".widget-label");
    const value = slider.querySelector(".widget-readout");
    if (!handle || !label || !value) continue;
    handle.setAttribute("aria-label", label.textContent);
    handle.setAttribute("aria-valuetext", value.textContent);
  }
}

function render({ el }) {
  el.style.display = "none";
  // What is watched does not include the attributes that are set here, so setting them calls nothing back.
  const watch = new MutationObserver(() => el.isConnected && name(el.closest(".iamkit-panel")));
  let frame;
  function begin() {
    const panel = el.closest(".iamkit-panel"); // There is none until the page has put the panel together.
    if (!panel) {
      frame = requestAnimationFrame(begin);
      return;
    }
    watch.observe(panel, { childList: true, characterData: true, subtree: true });
    name(panel);
  }
  begin();
  return () => {
    cancelAnimationFrame(frame);
    watch.disconnect();
  };
}

export default { render };
