"""The ambassadors’ programme: call and charter, terms with their perimeter, tasks, kit, thanks, and leaving."""
