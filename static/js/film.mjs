/* A film plays where its card stands, once somebody presses it; nothing of it is asked of anybody before. */

/* Texts keep one spelling of each address (communities/content/text/films.py). */
function playerOf({ hostname, pathname, searchParams }) {
  const [, first, second] = pathname.split("/");
  const start = Number(searchParams.get("t")) || 0;
  if (hostname === "www.youtube.com")
    return `https://${"www.youtube-nocookie.com"}/embed/${searchParams.get("v")}?autoplay=1&start=${start}`;
  if (hostname === "vimeo.com")
    return `https://${"player.vimeo.com"}/video/${first}?dnt=1&autoplay=1${second ? `&h=${second}` : ""}`;
  if (hostname === "www.dailymotion.com") return `https://${"geo.dailymotion.com"}/player.html?video=${second}`;
  return `https://${hostname}/videos/embed/${second}?autoplay=1`;
}

/* Puts the player in the place of a card’s link; where this page may show none, the link is followed. */
export function play(link) {
  const frame = document.createElement("iframe");
  frame.title = link.querySelector("strong").textContent;
  frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  const follow = (event) => {
    if (event.effectiveDirective !== "frame-src" || !frame.isConnected) return;
    frame.replaceWith(link);
    location.assign(link.href);
  };
  document.addEventListener("securitypolicyviolation", follow);
  frame.src = playerOf(new URL(link.href));
  link.replaceWith(frame);
  frame.focus();
}
