// Privacy and security, as far as a page shows them to itself.

import { thirdParties } from './timeline.js';

/** What such a notice is called, in Vietnamese with and without accents, and in English. */
const NOTICE =
  /quyền riêng tư|riêng tư|bảo mật thông tin|bảo vệ dữ liệu|dữ liệu cá nhân|bảo vệ thông tin|privacy|data protection|quyen-rieng-tu|bao-mat|rieng-tu|bao-ve-du-lieu/i;

/** An analytics' or an advertiser's own: they know one person again. */
const TRACKING = /^(_ga|_gid|_gat|_gcl|_fbp|_fbc|_hj|_ym|_pk_|_clck|_clsk|__utm|_tt_|_zlcmid)/;

export function privacy() {
  const links = [...document.querySelectorAll('a[href]')];
  const isNotice = (link) => NOTICE.test(link.textContent) || NOTICE.test(decoded(link.getAttribute('href')));
  const parties = thirdParties();
  const tracking = cookies().filter((name) => TRACKING.test(name));
  return [
    // The notice's own page is reached.
    { id: 'privacy', verdict: links.some(isNotice) || NOTICE.test(document.title) ? 'pass' : 'fail', nodes: [] },
    { id: 'third-party', verdict: parties.length ? 'fail' : 'pass', nodes: [], value: parties.length, told: parties },
    // Others, and those that scripts cannot read, may be necessary ones: that cannot be told from here.
    {
      id: 'cookies',
      verdict: tracking.length ? 'fail' : cookies().length ? 'unknown' : 'pass',
      nodes: [],
      value: tracking.length,
      told: cookies(),
    },
    { id: 'https', verdict: self.isSecureContext ? 'pass' : 'fail', nodes: [] },
    mixed(),
  ];
}

/** As it is read; what is no address stays as it is. */
function decoded(href) {
  try {
    return decodeURI(href);
  } catch (_) {
    return href;
  }
}

/** Names only: what a cookie holds is nobody's business. */
function cookies() {
  try {
    return document.cookie
      .split(';')
      .map((pair) => pair.split('=')[0].trim())
      .filter(Boolean);
  } catch (_) {
    // A sandboxed page.
    return [];
  }
}

function mixed() {
  if (location.protocol != 'https:') return { id: 'mixed', verdict: 'unknown', nodes: [] };
  const nodes = [...document.querySelectorAll('[src^="http:"],link[rel~=stylesheet][href^="http:"]')];
  return { id: 'mixed', verdict: nodes.length ? 'fail' : 'pass', nodes, value: nodes.length };
}
