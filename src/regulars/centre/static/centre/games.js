// Games move a little: the wheel turns to where it has landed, clocks run. Everything works without this file too.
(() => {
  "use strict";
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  const disc = document.querySelector(".wheel-disc[data-turn]");
  const result = document.querySelector("[data-result]");
  const seen = "regulars-play:" + new URLSearchParams(location.search).get("play");
  if (disc && result && !still && disc.animate && !sessionStorage.getItem(seen)) {
    sessionStorage.setItem(seen, "1");
    const end = parseFloat(disc.dataset.turn);
    result.dataset.waiting = "true";
    disc.removeAttribute("transform");
    const turn = disc.animate(
      [{ transform: "rotate(0deg)" }, { transform: `rotate(${end + 360 * 5}deg)` }],
      { duration: 3600, easing: "cubic-bezier(0.12, 0.7, 0.1, 1)" },
    );
    const done = () => {
      disc.setAttribute("transform", `rotate(${end})`);
      delete result.dataset.waiting;
    };
    turn.onfinish = done;
    turn.oncancel = done;
  }

  for (const clock of document.querySelectorAll("[data-until]")) {
    const until = Date.parse(clock.dataset.until);
    const tick = () => {
      const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      const hours = Math.floor(left / 3600), minutes = Math.floor(left / 60) % 60, seconds = left % 60;
      const two = (n) => String(n).padStart(2, "0");
      clock.textContent = hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
      if (left > 0) return;
      clearInterval(timer);
      if (clock.dataset.submit) document.getElementById(clock.dataset.submit).submit();
      else if (clock.dataset.reload) setTimeout(() => location.reload(), 500 + Math.random() * 1500);
    };
    const timer = setInterval(tick, 1000);
    if (until - Date.now() < 24 * 3600 * 1000) tick(); else clearInterval(timer);
  }

  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", () => setTimeout(() => form.querySelectorAll("button").forEach((b) => (b.disabled = true))));
  }
})();
