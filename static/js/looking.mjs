/* Records are being looked up by the worker: the page is asked again until they are, some times at most. A place whose
   domain has just become its main address is gone from here: the page goes along. */
const TIMES = 6;
const EVERY = 2500;
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
  if (page.querySelector("[data-looking]")) setTimeout(asked, EVERY, time + 1);
  else again();
};
setTimeout(asked, EVERY, 0);
