/* Records are being looked up by the worker: the page is asked again until they are, some times at most. A place whose
   domain has just become its main address is gone from here: the page goes along. */
const TIMES = 6;
const EVERY = 2500;
const again = () => {
  if (!document.querySelector("form :is(input, textarea):focus")) location.assign(location.pathname);
};
const asked = async (time) => {
  if (time >= TIMES || !document.querySelector("[data-looking]")) return;
  const headers = { "X-Requested-With": "fetch" };
  const answer = await fetch(location.href, { headers, redirect: "manual" }).catch(() => null);
  if (answer?.type === "opaqueredirect") return again();
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (page.querySelector("[data-looking]")) setTimeout(asked, EVERY, time + 1);
  else again();
};
setTimeout(asked, EVERY, 0);
