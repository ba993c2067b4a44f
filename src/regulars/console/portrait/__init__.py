"""A member's portrait on a page: everything known of them, and how sure each part is."""
