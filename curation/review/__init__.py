"""Review by several people: queues, who has what, agreement, throughput and ranking."""
