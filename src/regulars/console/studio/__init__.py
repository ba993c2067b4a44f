"""The programme studio: drafts as a form and as a file, tried on the shop's past, approved and published."""
