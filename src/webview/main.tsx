import { render } from 'preact';
import { App } from './App';
import { listen } from './host';
import { receive } from './store';
import { registerToolkit } from './toolkit';
import './styles/report.css';

registerToolkit();
const root = document.getElementById('report');
if (root) {
  root.replaceChildren();
  render(<App />, root);
}
listen(receive);
