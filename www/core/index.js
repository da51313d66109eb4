// The core: the loader fetches it once the page has loaded. It measures with the module that it
// carries, and takes over from the loader.

import { link } from './link.js';
import * as module from './module.js';
import { endpoint, rename } from './tag.js';
import { consented, reset } from './view.js';

/** Takes the entries that were observed, or an event of the page or of the page's own calls. */
function take(taken) {
  const { type, timeStamp, args } = taken;
  switch (type) {
    case undefined:
      return module.takeAll(taken);
    case 'error':
    case 'unhandledrejection':
      return link.ask('failed', taken);
    case 'click':
    case 'keydown':
      return taken.isTrusted && module.settle(timeStamp);
    case 'visibilitychange':
      return document.hidden && module.hide(timeStamp);
    case 'pagehide':
      return module.hide(timeStamp);
    case 'pageshow':
      reset();
      return module.restore(timeStamp);
    case 'painted':
      // Of a page that was hidden before it was painted, this paint is no one's.
      return link.firstHidden == Infinity && module.painted(timeStamp - link.began);
    case 'consent':
      [link.consented] = args;
      return consented();
    case 'step':
    case 'check':
      return link.ask(type, taken);
    case 'view':
      // What a router tells before the core runs is the name of the page that is loading.
      return (module.isEarly ? rename : module.view)(args[0] && String(args[0]));
  }
}

async function begin() {
  try {
    await module.start();
  } catch (error) {
    return link.giveUp(error);
  }
  reset();
  link.early.splice(0).forEach(take);
  link.deliver = take;
  module.begin();
  if (/nhip=check/.test(location.search)) link.ask('check', {});
  // Led elsewhere by its toolbar, Firefox ends what script runs just then: of the two events of a page
  // that is left, one gets through. (dom.ipc.cancel_content_js_when_navigating)
  if ('mozInnerScreenX' in window) addEventListener('pagehide', take);
}

// Where nothing can be sent, nothing is measured.
if (endpoint) begin();
else link.deliver = () => {};
