/* Who is meant: the list that opens after @ and two letters.
   The text gets plain words, "@handle"; the server makes the link when the post is written. */

const TYPED = /(?:^|[\s(])@([\p{L}\p{N}_][\p{L}\p{N}_.-]{1,39})$/u;
const PAUSE = 150;

export function mentionList(box, parts, element) {
  const { popList, tiptapExtension, typedBefore } = parts.menus;
  const typedNow = () => typedBefore(box.rich.editor, TYPED);
  let timer = 0;
  const pop = popList(box, element, {
    label: box.config.labels.members,
    draw: (member) => drawn(member, element),
    take: ({ handle }, range) => box.rich.editor.chain().focus().insertContentAt(range, `@${handle} `).run(),
  });
  const look = () => {
    const typed = typedNow();
    clearTimeout(timer);
    if (!typed) return pop.close();
    timer = setTimeout(async () => {
      const address = `${box.config.urls.suggest}?q=${encodeURIComponent(typed.query)}`;
      const headers = { Accept: "application/json", "X-Unasked": "1" };
      const answer = await fetch(address, { headers }).catch(() => null);
      if (answer?.status !== 200 || typedNow()?.query !== typed.query) return;
      const { members } = await answer.json();
      if (!members.length) return pop.close();
      pop.open(members, typed.from);
      box.say(box.config.labels.found.replace("{count}", members.length));
    }, PAUSE);
  };
  const { close } = pop;
  pop.close = pop.keys.Escape = () => {
    clearTimeout(timer);
    return close();
  };
  return tiptapExtension(parts.tiptap, "mentionList", box, pop, look, () => Boolean(typedNow()));
}

function drawn(member, element) {
  const portrait = member.portrait
    ? element("img", { class: "av av-s", src: member.portrait, alt: "", width: 32, height: 32 })
    : element("span", { class: "editor-initial", "aria-hidden": "true" }, member.name.slice(0, 1));
  return [portrait, element("b", {}, member.name), element("span", { class: "quiet" }, `@${member.handle}`)];
}
