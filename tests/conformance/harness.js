// In the head of every page of the suite, before the widget's tag: starts the reference
// (web-vitals), notes raw facts of its own, and posts everything to the site.
//
// A *segment* is one page view of this document: the navigation, then each return from the
// back/forward cache and, on a page that asks for them, each soft navigation.
(() => {
  const { run, reference, metrics, soft } = document.currentScript.dataset;
  const document_ = Math.random().toString(36).slice(2);
  let posted = 0;
  const post = (what, data) =>
    navigator.sendBeacon('/posted', JSON.stringify({ run, document: document_, n: posted++, what, data }));

  // What is told in an animation frame is posted after it: the widget measures in the same frame.
  let told = [];
  const tell = (vital) => {
    if (!told.length) setTimeout(postTold);
    told.push(vital);
    if (document.visibilityState == 'hidden') postTold();
  };
  const postTold = () => {
    for (const vital of told) post('vital', vital);
    told = [];
  };

  // First of all listeners: a segment begins before the widget and the reference hear of it.
  const starts = [0];
  addEventListener(
    'pageshow',
    (event) => {
      if (event.persisted) starts.push(event.timeStamp);
      post('pageshow', event.persisted);
    },
    true,
  );

  const navigation = () => performance.getEntriesByType('navigation')[0] || {};
  const facts = {
    // Firefox says back_forward from the first return on.
    navigation: navigation().type,
    prerendered: !!document.prerendering,
    paints: [],
    largest: [],
    shifts: [],
    events: [],
    firstInputs: [],
    inputs: [],
    hidden: document.visibilityState == 'hidden' ? [0] : [],
    shown: [],
    soft: [],
    interactionPaints: [],
    marks: {},
  };
  const round = (ms) => Math.round(ms * 10) / 10;
  const timing = (entry) => ({
    name: entry.name,
    at: round(entry.startTime),
    duration: entry.duration,
    id: entry.interactionId || 0,
    ended: round(entry.processingEnd),
  });
  // 64 KiB of beacons may be on their way: the widget's must fit beside this one.
  const some = (list, entry) => list.length < 250 && list.push(entry);
  const observers = [];
  const observe = (type, note, options) => {
    if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
    const observer = new PerformanceObserver((list) => list.getEntries().forEach(note));
    observer.observe({ type, buffered: true, ...options });
    observers.push(() => observer.takeRecords().forEach(note));
  };
  observe('paint', (entry) => {
    if (entry.name != 'first-contentful-paint') return;
    facts.paints.push(round(entry.startTime));
    post('painted');
  });
  observe('largest-contentful-paint', (entry) =>
    some(facts.largest, { at: round(entry.startTime), size: entry.size || 0, isImage: !!entry.url }),
  );
  observe('layout-shift', (entry) =>
    some(facts.shifts, { at: round(entry.startTime), value: entry.value, recent: entry.hadRecentInput }),
  );
  observe('event', (entry) => some(facts.events, timing(entry)), { durationThreshold: 16 });
  observe('first-input', (entry) => some(facts.firstInputs, timing(entry)));
  if (soft) {
    // Not rounded: what the reference says of a soft navigation is found by when it began.
    observe('soft-navigation', ({ startTime }) => starts.push(startTime) && facts.soft.push(startTime));
    observe('interaction-contentful-paint', ({ largestContentfulPaint }) =>
      some(facts.interactionPaints, largestContentfulPaint ? largestContentfulPaint.renderTime : 0),
    );
  }
  for (const type of ['click', 'keydown', 'pointermove']) {
    const note = (event) => event.isTrusted && some(facts.inputs, { type, at: round(event.timeStamp) });
    addEventListener(type, note, true);
  }

  const drain = () => observers.forEach((take) => take());
  const said = () => {
    drain();
    const { redirectCount, responseStart, responseEnd, loadEventEnd, activationStart } = navigation();
    return {
      ...facts,
      ...{ redirectCount, responseStart, responseEnd, loadEventEnd, activationStart },
      restored: starts.slice(1).filter((start) => !facts.soft.includes(start)),
      interactions: performance.interactionCount,
    };
  };

  const reports = [];
  const views = [];
  document.addEventListener('nhip:report', ({ detail: { view, seq, kind } }) => {
    if (!views.includes(view)) views.push(view);
    // The widget and this observer hear of a soft navigation in no certain order: there a segment is
    // what one more view begins, and a report of a view before the last falls into the last.
    const report = { view, seq, kind, segment: (soft ? views : starts).length - 1 };
    reports.push(report);
    post('report', report);
  });

  document.addEventListener('visibilitychange', (event) => {
    const isHidden = document.visibilityState == 'hidden';
    facts[isHidden ? 'hidden' : 'shown'].push(round(event.timeStamp));
    if (!isHidden) post('shown');
  });
  // The widget and the reference listen while the event comes down to the document. On its way up
  // both have reported what they had to.
  addEventListener('visibilitychange', () => {
    if (document.visibilityState != 'hidden') return;
    postTold();
    post('settled', { facts: said(), reports, segments: starts.length });
  });
  addEventListener('load', () => post('loaded'));
  document.addEventListener('prerenderingchange', () => post('activated'));
  post('began');

  // As a site would run it. The default mode: it reports each metric when it is final and CLS and
  // INP again whenever the page is hidden, which is when the widget's last report is sent. With
  // reportAllChanges it would read every entry of a batch, which is another rule (20) than the one
  // that its users see.
  const begin = () => {
    for (const name of metrics.split(' ')) {
      const note = ({ value, navigationType, navigationStartTime }) => {
        const isLater = /back-forward-cache|soft-navigation/.test(navigationType);
        // It may have been told of a soft navigation first.
        drain();
        // Begun at the restore, but after it: CLS, where the page was first painted then.
        const segment = isLater ? starts.indexOf(navigationStartTime || starts.at(-1)) : 0;
        tell({ segment, name, value });
      };
      webVitals['on' + name](note, { reportSoftNavs: !!soft });
    }
  };
  if (reference == 'load') addEventListener('load', () => setTimeout(begin));
  else begin();

  // A visit that broke off tells what was wrong.
  const { warn } = console;
  console.warn = (...words) => {
    post('warned', words.join(' '));
    warn(...words);
  };

  /** What the pages are made of. */
  self.act = {
    busy(ms) {
      const end = performance.now() + ms;
      while (performance.now() < end);
    },
    /** Moves down all that follows. */
    push(px) {
      const box = document.createElement('div');
      box.style.height = px + 'px';
      document.querySelector('main').prepend(box);
    },
    image(src) {
      const image = document.createElement('img');
      image.src = src;
      document.querySelector('main').append(image);
      return image;
    },
    mark(name) {
      facts.marks[name] = round(performance.now());
      post('mark', name);
    },
  };
})();
