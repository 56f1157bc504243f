import { Center, Loader } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes, useLocation } from 'react-router';
import { useSession } from './backend/session.tsx';
import { Shell } from './components/shell.tsx';
import { ViewBoundary } from './components/view-boundary.tsx';
import { Login } from './views/login.tsx';

const Overview = lazy(() => import('./views/overview.tsx'));
const ServiceLogs = lazy(() => import('./views/service-logs.tsx'));
const Images = lazy(() => import('./views/images.tsx'));
const Containers = lazy(() => import('./views/containers.tsx'));
const ContainerPage = lazy(() => import('./views/container-page.tsx'));
const Billing = lazy(() => import('./views/billing.tsx'));
const Diagnosis = lazy(() => import('./views/diagnosis.tsx'));
const Backups = lazy(() => import('./views/backups.tsx'));
const Databases = lazy(() => import('./views/databases.tsx'));
const Replication = lazy(() => import('./views/replication.tsx'));

/** Every view; those about the environment are for administrators. */
export function App() {
  const { state, user } = useSession();
  const { pathname } = useLocation();
  if (state === 'unknown') return <Waiting />;
  if (user === undefined) return <Login />;
  return (
    <Shell user={user}>
      <ViewBoundary key={pathname}>
        <Suspense fallback={<Waiting />}>
          <Routes>
            {user.role === 'admin' && environmentRoutes}
            <Route path="/images" element={<Images />} />
            <Route path="/containers" element={<Containers />} />
            <Route path="/containers/:id" element={<ContainerPage />} />
            <Route path="/billing" element={<Billing />} />
            <Route path="*" element={<Navigate to={user.role === 'admin' ? '/' : '/containers'} replace />} />
          </Routes>
        </Suspense>
      </ViewBoundary>
    </Shell>
  );
}

const environmentRoutes = (
  <>
    <Route path="/" element={<Overview />} />
    <Route path="/services/:profile/:service" element={<ServiceLogs />} />
    <Route path="/diagnosis" element={<Diagnosis />} />
    <Route path="/backups" element={<Backups />} />
    <Route path="/databases" element={<Databases />} />
    <Route path="/replication" element={<Replication />} />
  </>
);

function Waiting() {
  return (
    <Center h="50vh">
      <Loader aria-label="Loading" />
    </Center>
  );
}
