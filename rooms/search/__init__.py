"""Search: what is asked for (`query`), who may be told what (`find`), and one way into each
database's index (`sqlite`, `postgresql`), which both answer `matches`.
"""
