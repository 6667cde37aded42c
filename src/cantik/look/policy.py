"""What a page may load and run: nothing from another host, nothing written into the page."""

# No other host is ever asked for anything; inline SVG and data: icons are our own.
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
# The form's engine reads expressions with a parser compiled to WebAssembly, which stands inside our
# own script. This lets the page compile it; eval and inline scripts stay refused.
WITH_WASM = CONTENT_POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
