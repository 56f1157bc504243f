-- The four books that the library opens with.
INSERT INTO libros (isbn, titulo, autor, ejemplares)
VALUES ('978-0134685991', 'Effective Java', 'Joshua Bloch', 10),
       ('978-0135957059', 'The Pragmatic Programmer', 'David Thomas, Andrew Hunt', 10),
       ('978-0596007126', 'Head First Design Patterns', 'Eric Freeman, Elisabeth Robson', 10),
       ('978-1491950357', 'Building Microservices', 'Sam Newman', 10)
ON CONFLICT DO NOTHING;
