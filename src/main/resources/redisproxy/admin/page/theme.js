// Colors as the system has them, or as chosen here; kept in this browser.
import {$} from './dom.js';

const names = {auto: 'as the system has them', light: 'light', dark: 'dark'};
const signs = {auto: '◐', light: '☀', dark: '☾'};
const order = Object.keys(names);

function kept() {
  try {
    return localStorage.getItem('theme') ?? 'auto';
  } catch {
    return 'auto';
  }
}

function apply(theme) {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  $('theme').textContent = signs[theme];
  $('theme').setAttribute('aria-label', `Colors: ${names[theme]}`);
  document.dispatchEvent(new Event('themechange'));
}

let theme = order.includes(kept()) ? kept() : 'auto';
apply(theme);

$('theme').addEventListener('click', () => {
  theme = order[(order.indexOf(theme) + 1) % order.length];
  try {
    localStorage.setItem('theme', theme);
  } catch {
    // Kept for this view alone.
  }
  apply(theme);
});

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => apply(theme));
