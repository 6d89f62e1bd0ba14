"""Whether a city's people can walk to the services it has promised them."""
