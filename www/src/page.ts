/** Starts the stand-alone page, with what its address says. */

import { mount } from './index.js';
import { optionsFrom } from './address.js';

const element = document.getElementById('hedgerow');
if (element !== null) mount(element, optionsFrom(new URLSearchParams(location.search)));
