"""The methods wing: frames in, new objects out; reads nothing, writes nothing."""
