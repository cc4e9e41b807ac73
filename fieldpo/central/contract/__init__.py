"""The OpenAPI description of central, made from the wire types themselves."""
