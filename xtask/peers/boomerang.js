// Its own "minimal" flavour without the parts for one vendor's service.
import 'boomerangjs/boomerang.js';
import 'boomerangjs/plugins/rt.js';
import 'boomerangjs/plugins/painttiming.js';
import 'boomerangjs/plugins/navtiming.js';
import 'boomerangjs/plugins/mobile.js';
import 'boomerangjs/plugins/memory.js';
import 'boomerangjs/plugins/eventtiming.js';
import 'boomerangjs/plugins/bfcache.js';

self.BOOMR.init({ beacon_url: '/boomerang' });
