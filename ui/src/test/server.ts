import { setupServer } from 'msw/node';

/** The service as tests have it answer: `server.use(http.get('/v1/…', () => HttpResponse.json(…)))`. */
export const server = setupServer();
