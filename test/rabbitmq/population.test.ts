import { describePopulation } from '../population/describe';
import { RABBIT_WORLDS } from '../population/worlds';

describePopulation('a population on RabbitMQ, with every bound compared', {
  worlds: RABBIT_WORLDS.filter(({ name }) => name === 'rabbit-early' || name === 'rabbit-late'),
  // More of them: RABBITMQ_ROWS, or `npm run test:population -- --broker rabbitmq`.
  rows: Number(process.env.RABBITMQ_ROWS ?? 160),
  truths: ['waiting', 'held', 'running', 'finished', 'failed', 'lost'],
});
