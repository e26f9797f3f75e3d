"""The tags `block` and `extends` as Django has them, without what each page would do again.

A page has some twenty blocks, most of them of a word or two. Django makes a new node for each of them whenever a page
is drawn, so that `block.super` may be asked for, and looks for all blocks of the page’s frame. Here the first is done
for blocks that do ask, and the second once for each template.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django import template
from django.template.base import Node, NodeList, Parser, Template, TextNode, Token, TokenType, VariableNode
from django.template.loader_tags import (
    BLOCK_CONTEXT_KEY,
    BlockContext,
    BlockNode,
    ExtendsNode,
    do_block,
    do_extends,
)
from django.utils.safestring import SafeString

register = template.Library()


class Block(BlockNode):
    # Whether nothing in it asks for the block that it replaces.
    is_plain = False
    # Whether nothing in it can leave something behind for what follows, so that it needs no layer of its own.
    is_quiet = False

    def render(self, context: Any) -> Any:
        known = context.render_context.get(BLOCK_CONTEXT_KEY)
        replacing = known.blocks.get(self.name) if known is not None else None
        block = replacing[-1] if replacing else None
        if block is None or not getattr(block, "is_plain", False):
            return super().render(context)
        if not block.nodelist:
            return SafeString("")
        if getattr(block, "is_quiet", False):
            return block.nodelist.render(context)
        # A layer of its own, as `context.push()` gives it.
        context.dicts.append({})
        try:
            return block.nodelist.render(context)
        finally:
            context.dicts.pop()


class Extends(ExtendsNode):
    def __init__(self, nodelist: NodeList, parent_name: Any, template_dirs: Any = None) -> None:
        super().__init__(nodelist, parent_name, template_dirs)
        self._parent: tuple[Template, dict[str, Node]] | None = None

    def render(self, context: Any) -> SafeString:
        if self._parent is None:
            parent = self.get_parent(context)
            known = (parent, _blocks_of(parent))
            if self._is_always(parent):
                self._parent = known
        else:
            known = self._parent
        parent, blocks = known
        replaced = context.render_context.get(BLOCK_CONTEXT_KEY)
        if replaced is None:
            replaced = context.render_context[BLOCK_CONTEXT_KEY] = BlockContext()
            # Nothing replaces what is here: both are put in as they lie upon each other.
            replaced.blocks = _upon(self.blocks, blocks)
        else:
            replaced.add_blocks(self.blocks)
            replaced.add_blocks(blocks)
        with context.render_context.push_state(parent, isolated_context=False):
            return parent._render(context)  # type: ignore[attr-defined,no-any-return]

    def _is_always(self, parent: Template) -> bool:
        """Whether the name is written out; a template that extends another one of its own name is looked up anew."""
        written: Any = self.parent_name
        return isinstance(written.var, str) and parent.name != self.origin.template_name


def _blocks_of(parent: Template) -> dict[str, Node]:
    """What a template offers to be replaced; nothing, where it extends another one, which adds its own."""
    first = next((node for node in parent.nodelist if not isinstance(node, TextNode)), None)
    if first is None or isinstance(first, ExtendsNode):
        return {}
    found: list[Any] = parent.nodelist.get_nodes_by_type(BlockNode)
    return {block.name: block for block in found}


def _upon(own: Mapping[str, Any], below: Mapping[str, Any]) -> defaultdict[str, list[Any]]:
    """What `add_blocks` makes of them in turn: the block that is shown is the last of its name."""
    found = defaultdict(list, {name: [block] for name, block in below.items()})
    for name, block in own.items():
        found[name].append(block)
    return found


@register.tag("block")
def block(parser: Parser, token: Token) -> Block:
    asks = any("block." in one for one in _inside(parser))
    plain = do_block(parser, token)
    made = Block(plain.name, plain.nodelist)
    made.is_plain = not asks
    made.is_quiet = all(type(node) in (TextNode, VariableNode) for node in made.nodelist)
    return made


def _inside(parser: Parser) -> Iterator[str]:
    """The tags and variables up to the end of the block that begins here; what comes next is the last on the list."""
    depth = 0
    ahead: Any = reversed(parser.tokens)
    for token in ahead:
        if token.token_type == TokenType.BLOCK:
            name = token.contents.partition(" ")[0]
            if name == "endblock" and depth == 0:
                return
            depth += {"block": 1, "endblock": -1}.get(name, 0)
        if token.token_type in (TokenType.BLOCK, TokenType.VAR):
            yield token.contents


@register.tag("extends")
def extends(parser: Parser, token: Token) -> Extends:
    plain = do_extends(parser, token)
    return Extends(plain.nodelist, plain.parent_name)
