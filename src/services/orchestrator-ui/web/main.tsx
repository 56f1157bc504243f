import '@mantine/core/styles.css';
import 'uplot/dist/uPlot.min.css';
import { createTheme, MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { ApiError } from './backend/client.ts';
import { SessionProvider } from './backend/session.tsx';
import { App } from './app.tsx';

const theme = createTheme({ primaryColor: 'teal', primaryShade: 9, autoContrast: true });
const retried = (count: number, error: Error): boolean =>
  count < 2 && !(error instanceof ApiError && error.status < 500);
const queries = new QueryClient({ defaultOptions: { queries: { retry: retried, staleTime: 1000 } } });

const root = document.getElementById('root');
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <QueryClientProvider client={queries}>
          <BrowserRouter>
            <SessionProvider>
              <App />
            </SessionProvider>
          </BrowserRouter>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
