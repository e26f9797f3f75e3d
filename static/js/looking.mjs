/* Records are being looked up by the worker: the page is asked again until they are, some times at most. */
const TIMES = 6;
const EVERY = 2500;
const asked = async (time) => {
  if (time >= TIMES || !document.querySelector("[data-looking]")) return;
  const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (page.querySelector("[data-looking]")) setTimeout(asked, EVERY, time + 1);
  else if (!document.querySelector("form :is(input, textarea):focus")) location.assign(location.pathname);
};
setTimeout(asked, EVERY, 0);
