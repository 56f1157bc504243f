import zmq
import time

def enviar_prestamo(socket, isbn, usuario):
    mensaje = {"operacion": "prestamo", "isbn": isbn, "usuario": usuario}
    socket.send_json(mensaje)
    return socket.recv_json()

def main():
    context = zmq.Context()
    isbns = ["978-0134685991", "978-0135957059", "978-0596007126", "978-1491950357"]
    
    for i in range(10):
        socket = context.socket(zmq.REQ)
        socket.connect("tcp://localhost:5555")
        
        isbn = isbns[i % len(isbns)]
        usuario = f"usuario_carga_{i}"
        
        print(f"Préstamo {i+1}: {isbn} para {usuario}")
        resp = enviar_prestamo(socket, isbn, usuario)
        print(f"  → {resp.get('mensaje', 'OK')}")
        
        socket.close()
        time.sleep(0.5)
    
    context.term()

if __name__ == "__main__":
    main()
