"""Content of other systems comes in here.

`readers/` turns files into frozen records (no database). `wordpress_html`, `shortcodes`, `comment_markdown`
and `old_site` turn their texts into ours. `services/` decide what becomes what and hand `arrivals` to
`writing`, with `people`, `filing`, `places`, `bodies` and `media` for one kind of row each.
`memory_of_imports` knows what came before, `report` says what happened; `running` and `commanding` are what
both imports and both commands share; `forwarding` finds the old addresses that have many forms.
"""
