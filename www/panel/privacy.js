// Privacy and security, as far as a page shows them to itself.

import { thirdParties } from './timeline.js';

/** What such a notice is called, in Vietnamese with and without accents, and in English. */
const NOTICE =
  /riêng tư|chính sách bảo mật|bảo mật thông tin|bảo vệ dữ liệu|dữ liệu cá nhân|bảo vệ thông tin|privacy|data protection|rieng-tu|bao-mat|bao-ve-du-lieu/i;

/** A notice's link names it; a longer one is a piece of news about such things. */
const LONGEST_NAME = 60;

/** An analytics' or an advertiser's own: they know one person again. */
const TRACKING = /^(_ga|_gid|_gat|_gcl|_fbp|_fbc|_hj|_ym|_pk_|_clck|_clsk|__utm|_tt_|_ttp|_{1,2}zlcmid)/;

export function privacy() {
  const links = [...document.querySelectorAll('a[href]')];
  const isNotice = (link) => {
    const name = link.textContent.normalize('NFC').replace(/\s+/g, ' ').trim();
    return name.length <= LONGEST_NAME && (NOTICE.test(name) || NOTICE.test(decoded(link.getAttribute('href'))));
  };
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
