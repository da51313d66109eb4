// What few views need: a word to the developer, what could not be sent, steps of a service. The core
// fetches this script when it first asks for it.

import { link } from '../core/link.js';
import * as causes from './causes.js';
import * as errors from './errors.js';
import { fault, placeless, refused } from './faults.js';
import { speak } from './language.js';
import { menu } from './menu.js';
import { send, troubled } from './queue.js';
import { checked, dress } from './scripts.js';
import * as steps from './steps.js';

const ANSWERS = { check: checked, dress, fault, placeless, refused, send, speak, menu, troubled, failed: errors.fail, step: steps.step, slow: causes.slow };

/** What is added to a report. */
link.more = (measured) => ({ ...errors.told(), ...steps.told(), ...causes.told(measured), ...link.rated?.() });

link.ask = (what, ...args) => ANSWERS[what](...args);
link.asked.forEach((question) => link.ask(...question));
