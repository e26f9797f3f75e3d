/* Records are being looked up by the worker: the page is asked again until they are, every few seconds at first, and
   for some minutes where the worker has much to do. A place whose domain has just become its main address is gone from
   here: the page goes along. */
const TIMES = 30;
const EVERY = 2500;
const LATER = 10_000;
const again = () => {
  if (!document.querySelector("form :is(input, textarea):focus")) location.assign(location.pathname);
};
const asked = async (time) => {
  if (time >= TIMES || !document.querySelector("[data-looking]")) return;
  const headers = { "X-Unasked": "1" };
  const answer = await fetch(location.href, { headers, redirect: "manual" }).catch(() => null);
  const isSignedOut = answer?.headers.get("X-Refused") === "401";
  if (answer?.type === "opaqueredirect" || isSignedOut) return again();
  if (answer?.status !== 200) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (page.querySelector("[data-looking]")) setTimeout(asked, time < 6 ? EVERY : LATER, time + 1);
  else again();
};
setTimeout(asked, EVERY, 0);
