import { render } from 'preact';
import { App } from './App';
import { listen } from './host';
import { rememberScroll } from './scroll';
import { listenToKeys } from './keys';
import { receive } from './store';
import { registerToolkit } from './toolkit';
import './styles/report.css';

registerToolkit();
const root = document.getElementById('report');
if (root) {
  root.replaceChildren();
  render(<App />, root);
}
rememberScroll();
listenToKeys();
listen(receive);
