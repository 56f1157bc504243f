CREATE TABLE libros (
  isbn varchar(32) PRIMARY KEY,
  titulo text NOT NULL,
  autor text NOT NULL,
  ejemplares integer NOT NULL CONSTRAINT ejemplares_no_negativos CHECK (ejemplares >= 0)
);

CREATE TABLE prestamos (
  id serial PRIMARY KEY,
  isbn varchar(32) NOT NULL REFERENCES libros,
  usuario varchar(64) NOT NULL,
  estado varchar(16) NOT NULL DEFAULT 'ACTIVO' CHECK (estado IN ('ACTIVO', 'DEVUELTO')),
  renovaciones integer NOT NULL DEFAULT 0 CONSTRAINT limite_renovaciones CHECK (renovaciones BETWEEN 0 AND 2),
  fecha_prestamo timestamp NOT NULL DEFAULT now(),
  fecha_devolucion timestamp NOT NULL DEFAULT now() + interval '14 days',
  operacion_id varchar(64) UNIQUE
);

CREATE INDEX prestamos_activos ON prestamos (isbn, usuario) WHERE estado = 'ACTIVO';

-- What was answered with ok: written before the answer, and turned into loans and returns by the actors.
CREATE TABLE operaciones (
  id varchar(64) PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  operacion varchar(16) NOT NULL CHECK (operacion IN ('prestamo', 'devolucion', 'renovacion')),
  isbn varchar(32) NOT NULL REFERENCES libros,
  usuario varchar(64) NOT NULL,
  estado varchar(16) NOT NULL CHECK (estado IN ('aceptada', 'aplicada', 'muerta')),
  respuesta jsonb NOT NULL,
  repeticiones integer NOT NULL DEFAULT 0,
  aceptada_en timestamptz NOT NULL DEFAULT now(),
  aplicada_en timestamptz
);

CREATE INDEX operaciones_pendientes ON operaciones (isbn, seq) WHERE estado = 'aceptada';
