// The panel's looks. Colours are the browser's own, so that dark and forced colours follow; sides are
// logical, so that it stands right in a page that is written from right to left.

/** Of the element in the page. */
export const OUTSIDE = `:host{all:initial;position:fixed;top:0;bottom:0;right:0;inset-inline:auto 0;width:440px;max-width:100vw;z-index:100000000;color-scheme:light dark;contain:strict}
iframe{position:absolute;top:0;left:0;width:100%;height:100%;border:0;background:#fff;background:canvas}
@media (max-width:600px){:host{top:auto;width:100vw;height:70vh}}
@media print{:host{display:none}}`;

/** Of what is in its frame. */
export const INSIDE = `:root{color-scheme:light dark;--red:#b3261e;--green:#0b6b3a;--grey:#5c5f63;--line:#85888c;--part:#3d6fb4}
@media (prefers-color-scheme:dark){:root{--red:#ff9d94;--green:#7fdca4;--grey:#b8bbc0;--line:#8b8e92}}
*{box-sizing:border-box}
body{margin:0;height:100vh;display:flex;flex-direction:column;background:#fff;background:canvas;color:#000;color:canvastext;font:15px/1.45 system-ui,sans-serif;border-inline-start:1px solid var(--line);border-block-start:1px solid var(--line)}
header{display:flex;align-items:center;justify-content:space-between;padding:8px 16px;border-block-end:1px solid var(--line)}
h1,h2,h3{margin:0;font-size:17px}
h2{display:inline;font-size:15px}
h3{margin:12px 0 4px;font-size:14px}
main{overflow:auto;padding:0 16px 24px;flex:1;overscroll-behavior:contain}
details,section{border-block-end:1px solid var(--line);padding:10px 0}
summary{cursor:pointer;min-height:24px}
p{margin:6px 0}
ul{margin:6px 0;padding-inline-start:18px}
ul.findings{list-style:none;padding:0}
li{margin:6px 0;overflow-wrap:anywhere}
.lead{font-size:17px;font-weight:600}
b.pass{color:var(--green)}
b.fail{color:var(--red)}
b.unknown{color:var(--grey)}
a{color:LinkText}
button{font:inherit;color:inherit;background:none;border:1px solid var(--line);border-radius:6px;min-height:28px;padding:3px 10px;margin:2px 6px 2px 0;cursor:pointer}
button:disabled{cursor:default;border-style:dotted}
button:focus-visible,a:focus-visible,summary:focus-visible,textarea:focus-visible,main:focus-visible{outline:3px solid Highlight;outline-offset:1px}
button.close{font-size:20px;line-height:1;min-width:32px;margin:0}
button.culprit{font:13px/1.3 ui-monospace,monospace;overflow-wrap:anywhere;text-align:start}
.bar{display:flex;height:14px;border-radius:3px;overflow:hidden;margin:4px 0}
.bar span{min-width:1px;border-inline-end:1px solid canvas}
.p1{--part:#a8641f}.p2{--part:#7a4ca0}.p3{--part:#2f7d6b}
.bar span,.fall span{background:var(--part);forced-color-adjust:none}
dl{margin:4px 0}
dl div{display:flex;justify-content:space-between;gap:12px;padding:2px 0}
dd{margin:0;text-align:end;overflow-wrap:anywhere}
.parts dt::before{content:"";display:inline-block;width:10px;height:10px;margin-inline-end:6px;background:var(--part);forced-color-adjust:none}
.fall dt{flex:0 0 45%}
.fall dd{flex:1;display:flex;gap:8px;align-items:center;justify-content:flex-end;white-space:nowrap}
.fall i{flex:1;display:block;min-width:30px}
.fall span{display:block;height:8px;border-radius:2px}
.sizes{display:flex;gap:12px;overflow-x:auto;align-items:flex-start}
.size{width:150px;flex:none}
.view{position:relative;width:150px;overflow:hidden;border:1px solid var(--line)}
.view iframe{border:0;transform-origin:0 0;pointer-events:none;background:#fff}
.mark{position:absolute;border:2px solid var(--red)}
textarea{width:100%;font:12px/1.3 ui-monospace,monospace;color:inherit;background:none;border:1px solid var(--line)}`;
