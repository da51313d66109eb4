// Which hosts are one party. A script cannot ask the browser for the list of public suffixes
// <https://publicsuffix.org/>, which is larger than the whole widget: this knows the endings of two parts
// by their shape, as in `gov.vn`, `co.uk` or `com.au`, and takes any other name for somebody's own.

const REGISTRY = /^(gov|com|edu|org|net|mil|int|info|name|health|[a-z]{2})$/;

/** The part of a host's name that one party has registered; an address is its own. */
export function site(host) {
  if (/^[\d.]+$|:/.test(host)) return host;
  const labels = host.split('.');
  const [second, top] = labels.slice(-2);
  const isShared = labels.length > 2 && top.length == 2 && REGISTRY.test(second);
  return labels.slice(isShared ? -3 : -2).join('.');
}
