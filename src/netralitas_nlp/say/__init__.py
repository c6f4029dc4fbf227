"""What end users read: sentences, messages, markup."""
